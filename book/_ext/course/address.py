"""Where the book is published, as far as that is known when it is built."""

import re

from sphinx.config import Config

REPOSITORY = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)/?$")
UNSET = "OWNER"  # stands in _config.yml until an address is set


def site_address(config: Config) -> str:
    """Address of the published book with a slash at its end; "" while none is set.

    It is `html_baseurl` where that is set, or else GitHub Pages' address of the repository.
    """
    if config.html_baseurl:
        return config.html_baseurl.rstrip("/") + "/"
    match = REPOSITORY.match(config.html_theme_options.get("repository_url", ""))
    if match is None or match[1] == UNSET:
        return ""
    owner, name = match.groups()
    home = f"https://{owner.lower()}.github.io/"
    return home if name.lower() == f"{owner}.github.io".lower() else f"{home}{name}/"
