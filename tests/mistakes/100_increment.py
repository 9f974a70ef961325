# at 3:4, remedy
i = 0
i++
print(i)
