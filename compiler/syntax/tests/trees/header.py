#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""A docstring may come first."""
from __future__ import annotations, division

x: int = 1
