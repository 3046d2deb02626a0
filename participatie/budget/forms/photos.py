"""The photo of a budget itself."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms.validators import Optional

from participatie.contributions.forms import DescriptionForm
from participatie.media.models import Image


class BudgetPhotoForm(DescriptionForm):
    """A photo with what there is to see on it; without another photo, the same one."""

    asked_first = ("image",)
    image = FileField(lazy_gettext("Choose a photo"))


def photo_form(image: Image | None) -> BudgetPhotoForm:
    """The form with what is said of the photo that is there; without one, it asks for a photo."""
    form = BudgetPhotoForm(data={"description": image.description if image else ""})
    missing = FileRequired(lazy_gettext("Choose a photo first."))
    form.image.validators = [Optional() if image else missing]
    form.image.flags.required = image is None
    return form
