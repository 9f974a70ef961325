# at 3:7, remedy
x = 3.5
print(f"{x:d}")
