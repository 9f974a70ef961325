"""An exception of a deque ends the program."""
from collections import deque

stack = deque([1])
stack.pop()
print(len(stack))
stack.popleft()
