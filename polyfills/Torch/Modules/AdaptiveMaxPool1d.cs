namespace TorchSharp.Modules;

/// <summary>Largest of each of output_size windows: [batch, channels, length].</summary>
public sealed class AdaptiveMaxPool1d : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal AdaptiveMaxPool1d(long output_size)
        : base(nameof(AdaptiveMaxPool1d)) => this.output_size = output_size;

    public long output_size { get; set; }

    public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.adaptive_max_pool1d(input, output_size);
}
