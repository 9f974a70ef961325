"""Roman numerals, both ways, with validation."""

NUMERALS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"),
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def to_roman(n: int) -> str:
    if not 0 < n < 4000:
        raise ValueError(f"out of range: {n}")
    result = ""
    for value, numeral in NUMERALS:
        count, n = divmod(n, value)
        result += numeral * count
    return result


def from_roman(text: str) -> int:
    total = 0
    previous = 0
    for ch in reversed(text.upper()):
        value = VALUES[ch]
        if value < previous:
            total -= value
        else:
            total += value
            previous = value
    if to_roman(total) != text.upper():
        raise ValueError(f"not canonical: {text}")
    return total


for year in (1, 4, 9, 14, 40, 90, 400, 1066, 1776, 1999, 2026, 3999):
    roman = to_roman(year)
    print(f"{year:>5} {roman:<10} {from_roman(roman)}")

assert all(from_roman(to_roman(n)) == n for n in range(1, 4000))
print("longest:", max((to_roman(n) for n in range(1, 4000)), key=len))

for bad in ["IIII", "VX", "ABC", "mmxxvi"]:
    try:
        print(bad, from_roman(bad))
    except ValueError as e:
        print("ValueError:", e)
    except KeyError as e:
        print("KeyError:", e)
try:
    to_roman(4000)
except ValueError as e:
    print(e)
