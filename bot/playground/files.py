"""File uploads as Slack takes them: ask for a URL, put the bytes there, say where to share them."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.playground import messages
from bot.playground.chat_methods import add_bot_message
from bot.playground.method_call import ApiError, MethodCall
from bot.playground.slack_objects import JsonObject

MAX_FILE_BYTES = 20 * 1024 * 1024

# What a browser may show. Anything else, SVG with its scripts too, is only offered for download.
IMAGE_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


@dataclass(slots=True)
class Upload:
    """A file: announced, then with `data`, then shared. It is kept in memory only."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes | None = None

    @property
    def media_type(self) -> str:
        """The media type, by the first bytes."""
        data = self.data or b""
        types = (kind for mark, kind in IMAGE_SIGNATURES.items() if data.startswith(mark))
        return next(types, "application/octet-stream")

    def to_json(self, title: str) -> JsonObject:
        """Return the file as Slack's API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "title": title or self.name,
            "mimetype": self.media_type,
            "size": self.length,
            "alt_txt": self.alt,
            "url_private": f"/files/{self.id}",
        }


class FileUploads:
    """The files of a workspace and the calls that bring one in; `base_url` is the stand-in's."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.uploads: dict[str, Upload] = {}

    def routes(self) -> list[Route]:
        """Return the routes that take and give the bytes."""
        return [
            Route("/upload/{id}", self._take, methods=["POST"]),
            Route("/files/{id}", self._give),
        ]

    def get_upload_url(self, call: MethodCall) -> JsonObject:
        """Carry out files.getUploadURLExternal."""
        name, length = call.required_text("filename"), call.integer("length", 0)
        if not 0 < length <= MAX_FILE_BYTES:
            problem = "[ERROR] length must be the file's size in bytes, at most 20 MiB"
            raise ApiError("invalid_arguments", problem)
        upload = Upload(call.workspace.new_id("F"), name, length, call.text("alt_txt"))
        self.uploads[upload.id] = upload
        return {"upload_url": f"{self.base_url}/upload/{upload.id}", "file_id": upload.id}

    async def _take(self, request: Request) -> Response:
        """Take the bytes."""
        upload = self.uploads.get(request.path_params["id"])
        if upload is None or upload.data is not None:
            return PlainTextResponse(messages.text("no_upload"), 404)
        data = await request.body()
        if len(data) != upload.length:
            return PlainTextResponse(messages.text("other_size"), 400)
        upload.data = data
        return PlainTextResponse(f"OK - {len(data)}")

    def complete(self, call: MethodCall) -> JsonObject:
        """Carry out files.completeUploadExternal: a channel_id gets a message with the files."""
        rows = call.json("files", "invalid_arguments")
        if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
            raise ApiError("invalid_arguments", "[ERROR] missing required field: files")
        files = [
            self._get_uploaded(str(row.get("id"))).to_json(str(row.get("title") or ""))
            for row in rows
        ]
        if call.has("channel_id"):
            call.values["channel"] = call.text("channel_id")
            content: JsonObject = {"text": call.text("initial_comment"), "files": files}
            add_bot_message(call, call.get_writable_channel(), content)
        return {"files": files}

    def _get_uploaded(self, file_id: str) -> Upload:
        upload = self.uploads.get(file_id)
        if upload is None or upload.data is None:
            raise ApiError("file_not_found")
        return upload

    async def _give(self, request: Request) -> Response:
        """Send an uploaded file to the page."""
        upload = self.uploads.get(request.path_params["id"])
        if upload is None or upload.data is None:
            return PlainTextResponse(messages.text("no_file"), 404)
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        if upload.media_type not in IMAGE_SIGNATURES.values():
            headers["Content-Disposition"] = "attachment"
        return Response(upload.data, media_type=upload.media_type, headers=headers)
