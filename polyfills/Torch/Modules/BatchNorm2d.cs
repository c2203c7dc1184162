namespace TorchSharp.Modules;

/// <summary>Batch normalisation of 4D input.</summary>
public sealed class BatchNorm2d : NormBase
{
    internal BatchNorm2d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(BatchNorm2d), num_features, eps, momentum, affine, track_running_stats, device, dtype)
    {
    }

    private protected override void Validate(torch.Tensor input)
    {
        if (input.ndim != 4)
            throw new ArgumentException($"expected 4D input, but got {input.ndim}D input.");
    }
}
