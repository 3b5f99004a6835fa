"""How a job and the process that forks its workers write numbers."""

import struct

NUMBER = struct.Struct("!q")
