"""How the site looks, changeable without code."""
