# Infinities, NaN and signed zeros.
inf = float("inf")
nan = float("nan")
print(inf, -inf, nan, inf - inf, inf * 0, inf + 1, -inf < inf)
print(nan == nan, nan != nan, nan < 1, nan > 1, inf == inf, min(1.0, inf), max(1.0, -inf))
print(0.0 == -0.0, -0.0, 0.0 * -1, -0.0 + 0.0, -0.0 - 0.0, 1 / inf, -1 / inf)
print(5.0 % inf, -5.0 % inf, -5.0 // inf, 0.0 // inf, (-0.0) ** 3, (-0.0) ** 2, nan ** 0, 1.0 ** nan)
