using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static ReLU ReLU(bool inplace = false) => new(inplace);

        public static GELU GELU() => new(Modules.GELU.Approximate.none);

        public static GELU GELU(GELU.Approximate approximate, bool inplace = false) => new(approximate);

        public static Tanh Tanh() => new();

        public static Sigmoid Sigmoid() => new();

        public static SiLU SiLU() => new();

        public static LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope);

        public static Softmax Softmax(long dim) => new(dim);

        public static LogSoftmax LogSoftmax(long dim) => new(dim);

        public static Identity Identity() => new();

        public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);
    }
}
