"""Images and documents: checked, made anew, stored, and thrown away when nothing needs them."""
