"""The OpenAPI page, from our own files: no other host is asked for anything."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
_BASE = "/static/vendor/swagger-ui"
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Yinling API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{_BASE}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{_BASE}/swagger-ui-bundle.js"></script>
<script src="/static/api-docs.js"></script>
</body>
</html>
"""


@router.get("/docs")
async def show_documentation() -> Response:
    """The calls, to read and to try."""
    return HTMLResponse(_PAGE)
