"""Files as Slack takes them now: ask for an address, put the bytes there, say where it is shown."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.playground.arguments import Args, Refused
from bot.playground.channel_methods import need_scope
from bot.playground.chat_methods import bot_message, open_channel, thread_of
from bot.playground.workspace import JsonObject, Post, Workspace

LARGEST = 20 * 1024 * 1024

# What a browser may show; anything else, SVG with its scripts too, is only handed down as a file.
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(slots=True)
class Upload:
    """A file: announced, then with `data`, then shared. Kept in memory only."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes | None = None

    @property
    def kind(self) -> str:
        """The media type, by its first bytes."""
        found = (kind for mark, kind in PICTURES.items() if (self.data or b"").startswith(mark))
        return next(found, "application/octet-stream")

    def shown(self, title: str) -> JsonObject:
        """Give the file in Slack's shape."""
        url = f"/files/{self.id}"
        return {
            "id": self.id,
            "name": self.name,
            "title": title or self.name,
            "mimetype": self.kind,
            "size": self.length,
            "alt_txt": self.alt,
            "url_private": url,
        }


class Files:
    """The files of a workspace, and the three calls that bring one in. `base_url` is ours."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.uploads: dict[str, Upload] = {}

    def routes(self) -> list[Route]:
        """Give where the bytes go, and where they are read."""
        return [
            Route("/upload/{id}", self.take, methods=["POST"]),
            Route("/files/{id}", self.give),
        ]

    def get_upload_url(self, workspace: Workspace, args: Args, _call: int) -> JsonObject:
        """files.getUploadURLExternal."""
        need_scope(workspace, "files:write")
        upload = Upload(
            workspace.mint("F"),
            args.needed("filename"),
            args.whole("length", 0),
            args.text("alt_txt"),
        )
        if not 0 < upload.length <= LARGEST:
            raise Refused(
                "invalid_arguments",
                "[ERROR] length must be the file's size in bytes, at most 20 MiB",
            )
        self.uploads[upload.id] = upload
        return {"upload_url": f"{self.base_url}/upload/{upload.id}", "file_id": upload.id}

    async def take(self, request: Request) -> Response:
        """Take the bytes: as they are, or as the file of a form."""
        upload = self.uploads.get(request.path_params["id"])
        if upload is None or upload.data is not None:
            return PlainTextResponse("no such upload", 404)
        if int(request.headers.get("content-length", LARGEST)) > upload.length + 10_000:
            return PlainTextResponse("larger than was announced", 400)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            parts = [part for part in (await request.form()).values() if not isinstance(part, str)]
            data = await parts[0].read() if parts else b""
        else:
            data = await request.body()
        if len(data) != upload.length:
            return PlainTextResponse("not the size that was announced", 400)
        upload.data = data
        return PlainTextResponse(f"OK - {len(data)}")

    def complete(self, workspace: Workspace, args: Args, call: int) -> JsonObject:
        """files.completeUploadExternal: with a channel_id, a message that shows the files."""
        need_scope(workspace, "files:write")
        asked = args.structure("files", "invalid_arguments")
        if (
            not isinstance(asked, list)
            or not asked
            or not all(isinstance(one, dict) for one in asked)
        ):
            raise Refused("invalid_arguments", "[ERROR] missing required field: files")
        shown = [
            self._uploaded(str(one.get("id"))).shown(str(one.get("title") or "")) for one in asked
        ]
        if args.has("channel_id"):
            place = Args(
                {"channel": args.text("channel_id"), "thread_ts": args.values.get("thread_ts")}
            )
            channel = open_channel(workspace, place)
            made: JsonObject = {"text": args.text("initial_comment"), "files": shown}
            if thread := thread_of(workspace, channel, place):
                made["thread_ts"] = thread
            workspace.add_post(channel.id, Post(bot_message(workspace, made), call=call))
        return {"files": shown}

    def _uploaded(self, name: str) -> Upload:
        upload = self.uploads.get(name)
        if upload is None or upload.data is None:
            raise Refused("file_not_found")
        return upload

    async def give(self, request: Request) -> Response:
        """Give a file to the page."""
        upload = self.uploads.get(request.path_params["id"])
        if upload is None or upload.data is None:
            return PlainTextResponse("no such file", 404)
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        if upload.kind not in PICTURES.values():
            headers["Content-Disposition"] = "attachment"
        return Response(upload.data, media_type=upload.kind, headers=headers)
