namespace TorchSharp.Interop;

/// <summary>Lists of tensors as the C interface wants them.</summary>
internal static class Handles
{
    public static nint[] Of(IEnumerable<torch.Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(t => t.Handle)];

    public static torch.Tensor[] Array(IEnumerable<torch.Tensor> tensors) => tensors as torch.Tensor[] ?? [.. tensors];
}
