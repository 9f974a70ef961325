# -*- coding: latin-1 -*-
from __future__ import annotations, braces
print("é")
