"""The network and what belongs to it.

On processors torch asks Linux for huge pages for its larger blocks: a training takes and gives back a gigabyte at
each step, which costs time in pages of 4 KB, and so does giving it all back at the end. Has to be said before
torch's first allocation.
"""

import os

os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
