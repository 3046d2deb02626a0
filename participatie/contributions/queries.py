"""Finding contributions of any kind, and who follows them."""

from typing import Any

from sqlalchemy import Select, Update, func, select, update
from sqlalchemy.orm import joinedload

from participatie.contributions.models import (
    Contribution,
    ContributionDocument,
    ContributionImage,
    ContributionTag,
    Follow,
    Tag,
)
from participatie.contributions.rules import State
from participatie.media.models import Document, Image
from participatie.processes.models import Process


def contribution(contribution_id: int) -> Select[Contribution]:
    """One contribution of a published process, with that process and its phases.

    Whether the reader may see it is for `rules.can_see`; the result needs `.unique()`.
    """
    return (
        select(Contribution)
        .join(Contribution.process)
        .where(Contribution.id == contribution_id, Process.published_at.is_not(None))
        .options(joinedload(Contribution.process).joinedload(Process.phases))
    )


def followers(contribution_id: int) -> Select[int]:
    """The accounts that want to hear about a contribution."""
    return select(Follow.account_id).where(Follow.contribution_id == contribution_id)


def follow(contribution_id: int, account_id: int) -> Select[Follow]:
    """That one follows the other, when it is so."""
    return select(Follow).where(
        Follow.contribution_id == contribution_id, Follow.account_id == account_id
    )


def images_of(contribution_id: int) -> Select[Image]:
    """The images of a contribution, in their order."""
    return (
        select(Image)
        .join(ContributionImage, ContributionImage.image_id == Image.id)
        .where(ContributionImage.contribution_id == contribution_id)
        .order_by(ContributionImage.position)
    )


def shown_images(contribution_id: int) -> Select[ContributionImage]:
    """That a contribution shows images, and in which order."""
    return (
        select(ContributionImage)
        .where(ContributionImage.contribution_id == contribution_id)
        .order_by(ContributionImage.position)
    )


def documents_of(contribution_id: int) -> Select[Document]:
    """The documents of a contribution, in their order."""
    return (
        select(Document)
        .join(ContributionDocument, ContributionDocument.document_id == Document.id)
        .where(ContributionDocument.contribution_id == contribution_id)
        .order_by(ContributionDocument.position)
    )


def shown_documents(contribution_id: int) -> Select[ContributionDocument]:
    """That a contribution shows documents, and in which order."""
    return (
        select(ContributionDocument)
        .where(ContributionDocument.contribution_id == contribution_id)
        .order_by(ContributionDocument.position)
    )


def document_with_contribution(*, key: str) -> Select[Document, Contribution]:
    """A document beside what shows it, in a published process; `can_see` says who may see it."""
    return (
        select(Document, Contribution)
        .join(ContributionDocument, ContributionDocument.document_id == Document.id)
        .join(Contribution, Contribution.id == ContributionDocument.contribution_id)
        .join(Contribution.process)
        .where(Document.key == key, Process.published_at.is_not(None))
    )


def image_with_contribution(*, key: str) -> Select[Image, Contribution]:
    """An image beside what shows it, in a published process; may it be seen is for `can_see`."""
    return (
        select(Image, Contribution)
        .join(ContributionImage, ContributionImage.image_id == Image.id)
        .join(Contribution, Contribution.id == ContributionImage.contribution_id)
        .join(Contribution.process)
        .where(Image.key == key, Process.published_at.is_not(None))
    )


def published_image(image_id: int) -> Select[Image, Contribution]:
    """An image beside the published contribution that shows it."""
    return (
        select(Image, Contribution)
        .join(ContributionImage, ContributionImage.image_id == Image.id)
        .join(Contribution, Contribution.id == ContributionImage.contribution_id)
        .where(Image.id == image_id, Contribution.state == State.PUBLISHED)
    )


def undescribed_images() -> Select[Image, Contribution]:
    """Published images of which nobody said what there is to see, the oldest first."""
    return (
        select(Image, Contribution)
        .join(ContributionImage, ContributionImage.image_id == Image.id)
        .join(Contribution, Contribution.id == ContributionImage.contribution_id)
        .where(Image.description == "", Contribution.state == State.PUBLISHED)
        .order_by(Contribution.published_at, Image.id)
    )


def tags_most_used(process_id: int, count: int) -> Select[str]:
    """The tags that published contributions of a process carry, the most used first."""
    return (
        select(Tag.name)
        .join(ContributionTag, ContributionTag.tag_id == Tag.id)
        .join(Contribution, Contribution.id == ContributionTag.contribution_id)
        .where(Contribution.process_id == process_id, Contribution.state == State.PUBLISHED)
        .group_by(Tag.id)
        .order_by(func.count().desc(), Tag.key)
        .limit(count)
    )


def support_counted_anew(counted: Any, supported: Any) -> Update:
    """Mend each row of the table `counted` whose support_count is not how many rows name it in the
    column `supported`; gives their numbers."""
    found = select(func.count()).where(supported == counted.c.id).scalar_subquery()
    return (
        update(counted)
        .where(counted.c.support_count != found)
        .values(support_count=found)
        .returning(counted.c.id)
    )
