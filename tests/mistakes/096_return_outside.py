# at 3:1, remedy
x = 3
return x
