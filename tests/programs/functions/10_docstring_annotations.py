# Docstrings, annotations and `pass` change nothing.
"""A module-level string."""
def area(w: float, h: float = 2.0) -> float:
    """The area of a rectangle."""
    k: int = 1
    return w * h * k
x: float = 3
print(area(3), area(2.5, 4), x)
def main() -> None:
    print("main")
if __name__ == "__main__":
    main()
