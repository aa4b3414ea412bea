-- words of other tools
name "n"
input { h = 8, w = 8, c = 3, type = "uint8", scale = 1/255 }
concatenate { out = 4 }
conv_transpose { out = 4 }
softmax { out = 4 }
LSTM { out = 4 }
gru { out = 4 }
attention { out = 4 }
batchnorm { out = 4 }
flatten { out = 4 }
dropout { out = 4 }
linear { out = 4 }
fc { out = 4 }
Conv2d { out = 4 }
DepthwiseConv2D { out = 4 }
maxpool { out = 4 }
GlobalAveragePooling2D { out = 4 }
embedding { out = 4 }
subtract { out = 4 }
multiply { out = 4 }
se { out = 4 }
LeakyReLU { out = 4 }
Swish { out = 4 }
mish { out = 4 }
qwerty { out = 4 }
conv { "a", out = 4, k = 3, act = relu }
