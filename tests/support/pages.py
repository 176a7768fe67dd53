"""The pages through a plain client: a session cookie, forms as a browser sends them."""

import re

import httpx

from tests.support.api import PASSWORD


class Browser:
    """A client that keeps cookies and says where its forms come from."""

    def __init__(self, base_url: str, language: str = "zh-CN") -> None:
        self.client = httpx.Client(
            base_url=base_url,
            timeout=10,
            headers={
                "accept": "text/html",
                "accept-language": language,
                "origin": base_url,
            },
        )

    def log_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        """Send the login form."""
        form = {"username": username, "password": password, "next": "/"}
        return self.client.post("/login", data=form)

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **form: str) -> httpx.Response:
        """Send a form."""
        return self.client.post(path, data=form)


def text_of(page: httpx.Response) -> str:
    """What a reader sees, more or less."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
