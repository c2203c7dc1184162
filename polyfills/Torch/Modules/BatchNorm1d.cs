namespace TorchSharp.Modules;

/// <summary>Batch normalisation of 2D or 3D input.</summary>
public sealed class BatchNorm1d : NormBase
{
    internal BatchNorm1d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(BatchNorm1d), num_features, eps, momentum, affine, track_running_stats, device, dtype)
    {
    }

    private protected override void Validate(torch.Tensor input)
    {
        if (input.ndim is not (2 or 3))
            throw new ArgumentException($"expected 2D or 3D input, but got {input.ndim}D input.");
    }
}
