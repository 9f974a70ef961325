# at 5:5, remedy
count = 0
def inc():
    print("inc")
    count += 1
inc()
