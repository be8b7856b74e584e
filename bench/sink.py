"""A mail server that takes everything and keeps nothing: `python -m bench.sink [MILLISECONDS]` says its port, then listens.

Before it says that it has a message it waits so long, as a server does that writes the message to its disk first.
"""

import socketserver
import sys
import time

END = b"\r\n.\r\n"


class Conversation(socketserver.BaseRequestHandler):
    """One connection; commands come one at a time, as smtplib sends them."""

    def handle(self) -> None:
        self.request.sendall(b"220 sink\r\n")
        while line := self.request.recv(65536):
            verb = line[:4].upper()
            if verb == b"DATA":
                self.request.sendall(b"354 go on\r\n")
                self._take()
                self.request.sendall(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.request.sendall(b"221 bye\r\n")
                return
            else:
                self.request.sendall(b"250-sink\r\n250 SIZE\r\n" if verb == b"EHLO" else b"250 fine\r\n")

    def _take(self) -> None:
        end = b""
        while not end.endswith(END):
            part = self.request.recv(1 << 18)
            if not part:
                return
            end = (end + part)[-len(END) :]
        time.sleep(WAIT)


class Sink(socketserver.ThreadingTCPServer):
    """Many connections at once."""

    daemon_threads = True
    allow_reuse_address = True


WAIT = float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0

if __name__ == "__main__":
    with Sink(("127.0.0.1", 0), Conversation) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
