namespace TorchSharp.Modules;

/// <summary>Batch normalisation's parameters and running statistics (Ioffe and Szegedy, 2015).</summary>
public abstract class NormBase : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private protected NormBase(string name, long num_features, double eps, double? momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype)
        : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = new(torch.ones(num_features, dtype, device));
            bias = new(torch.zeros(num_features, dtype, device));
            Own("weight", weight);
            Own("bias", bias);
        }

        if (!track_running_stats)
            return;
        running_mean = OwnBuffer("running_mean", torch.zeros(num_features, dtype, device));
        running_var = OwnBuffer("running_var", torch.ones(num_features, dtype, device));
        num_batches_tracked = OwnBuffer("num_batches_tracked", torch.zeros([], torch.int64, device));
    }

    public Parameter? weight { get; }

    public Parameter? bias { get; }

    public torch.Tensor? running_mean { get; }

    public torch.Tensor? running_var { get; }

    public torch.Tensor? num_batches_tracked { get; }

    public long num_features { get; }

    public double eps { get; set; }

    public double? momentum { get; set; }

    public bool affine { get; }

    public bool track_running_stats { get; }

    private protected abstract void Validate(torch.Tensor input);

    public override torch.Tensor forward(torch.Tensor input)
    {
        Validate(input);
        double factor = momentum ?? 0;
        if (training && num_batches_tracked is { } count)
        {
            using var no = torch.no_grad();
            count.add_(1);
            factor = momentum ?? 1.0 / count.ToInt64();
        }

        return torch.nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training || running_mean is null, factor, eps);
    }
}
