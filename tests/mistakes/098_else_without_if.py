# at 4:1
x = 3
print(x)
else:
    print("no")
