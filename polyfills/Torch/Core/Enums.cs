namespace TorchSharp;

/// <summary>What a convolution or <c>pad</c> puts outside its input.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

/// <summary>How an embedding bag joins its rows; the numbers are libtorch's.</summary>
public enum EmbeddingBagMode
{
    Sum = 0,
    Mean = 1,
    Max = 2,
}
