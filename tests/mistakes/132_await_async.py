# at 2:1, remedy
async def f():
    return 1
