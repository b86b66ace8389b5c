"""Texts whose derivatives are checked: between them they hold every operation."""

NETWORK = """z' = W3 tanh(W2 tanh(W1 z + b1 + s*t) + b2) + b3
z in R^2
learn W1 = normal(16, 2, seed 1)
learn b1 = normal(16, seed 2)
learn s = normal(16, seed 3)
learn W2 = normal(16, 16, seed 4)/4
learn b2 = normal(16, seed 5)
learn W3 = normal(2, 16, seed 6)/4
learn b3 = normal(2, seed 7)
"""
TEXTS = [
    NETWORK,
    "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1.5",
    "x' = sin(x*y) + exp(-x^2)/(2 + cos(y)) + t\ny' = sqrt(1 + x^2)*log(3 + sin(y))\nz' = abs(z)*z + 2^z - z^-3",
    "z' = tanh(W z + b) - z\nz in R^3\nW = normal(3, 3, seed 1)\nb = [1, 2, 3]\nx' = dot(z, z)*x - norm(z) + sum(z)",
    "z' = relu(A z) + softplus(z) + sigmoid(B z + z)*z + erf(z)\nz in R^4\nA = normal(4, 4)\nB = normal(4, 4, seed 2)",
    "z' = (z^T A z) z/dot(z, z) + softmax(3 z) - A^T z*cos(t)\nA = normal(5, 5)\nz in R^5",
    "z' = z z^T b - norm(z)*shift(z, -3) + sum(z) + diag(z) b\nb = uniform(6)\nz in R^6",
    "Z' = A Z - Z A + Z^T*z[2] + Z Z/9\nz' = Z[3]*[1, 2, 3][2] + e^(-z)\nA = normal(3, 3)\nZ in R^3x3\nz in R^3",
    "z' = conv(A, tanh(conv(z, B z, 3, 3)), 3, 3) + conv([1, t], z)*conv(z, w)\nz in R^9\nA = normal(1, 9)\n"
    "B = normal(9, 9, seed 2)\nw = uniform(9)",
    "z' = reshape(softmax(H A H^T) H, 6) + conv(reshape(H, 6), z)\nH = reshape(z, 3, 2)\nA = normal(2, 2)\nz in R^6",
    "z' = if(z > k, min(z, 1, k*z), max(-z, z^-2)) + (z <= 0) - mod(z, 2)\nk = 0.3\nz in R^4",
    "z' = M z + x\nx' = -x + Z\nZ = dot(v, v)/(1 + z[1]^2)\nv = [x, 2 x, 1]\nM = [[0, -1], [x, 0]]\nz in R^2",
    "z' = 1 + h\nh = atan2(k, t)\nk = 2\nz in R^3",
    "z' = R z + softmax(R)[1]\nR = x*eye(3)\nx' = -pi*x",
    "z' = M b\nz in R^2\nM = [[z[1], 2], [3, z[2]^2]]\nb = [1, 2]",
    "z <- cos(z) + z^1.5\nz in R^2",
]
