"""The running program: wiring, roles, queue, HTTP server, logs, and the doctor.

settings -> storage (the store) -> components (intake) -> slack (client, Bolt) -> service (a role)

Only this room and the command line see the settings; everybody else is given values.
"""

from bot.model.messages import Messages

messages = Messages("bot.app")
