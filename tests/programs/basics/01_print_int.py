print(1)
print(2 + 3 * 4)
print(7 // 2, 7 % 2, 7 / 2)
