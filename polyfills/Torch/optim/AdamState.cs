namespace TorchSharp.Modules;

/// <summary>Both moments of one parameter's gradient, and how often it was stepped.</summary>
public abstract class AdamState : OptimizerState, IDisposable
{
    public long step;
    public torch.Tensor exp_avg = null!;
    public torch.Tensor exp_avg_sq = null!;
    public torch.Tensor? max_exp_avg_sq;

    private protected AdamState(Parameter parameter)
        : base(parameter)
    {
    }

    private protected abstract bool WantsLargest(OptimizerOptions options);

    public override void Initialize(OptimizerOptions options)
    {
        Release();
        step = 0;
        exp_avg = torch.zeros_like(Parameter).DetachFromDisposeScope();
        exp_avg_sq = torch.zeros_like(Parameter).DetachFromDisposeScope();
        max_exp_avg_sq = WantsLargest(options) ? torch.zeros_like(Parameter).DetachFromDisposeScope() : null;
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(step);
        exp_avg.Save(writer);
        exp_avg_sq.Save(writer);
        SaveOptional(writer, max_exp_avg_sq);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        step = reader.ReadInt64();
        exp_avg.Load(reader);
        exp_avg_sq.Load(reader);
        max_exp_avg_sq = LoadOptional(reader, max_exp_avg_sq);
    }

    public override void LoadStateDict(OptimizerState source)
    {
        var from = (AdamState)source;
        Release();
        step = from.step;
        exp_avg = Copy(from.exp_avg);
        exp_avg_sq = Copy(from.exp_avg_sq);
        max_exp_avg_sq = from.max_exp_avg_sq is { } m ? Copy(m) : null;
    }

    public override void to(torch.Device device)
    {
        exp_avg = exp_avg.to(device, disposeAfter: true).DetachFromDisposeScope();
        exp_avg_sq = exp_avg_sq.to(device, disposeAfter: true).DetachFromDisposeScope();
        max_exp_avg_sq = max_exp_avg_sq?.to(device, disposeAfter: true).DetachFromDisposeScope();
    }

    public override bool ApproximatelyEquals(OptimizerState other) =>
        other is AdamState s && step == s.step && exp_avg.allclose(s.exp_avg) && exp_avg_sq.allclose(s.exp_avg_sq)
        && (max_exp_avg_sq is null || (s.max_exp_avg_sq is not null && max_exp_avg_sq.allclose(s.max_exp_avg_sq)));

    public void Dispose() => Release();

    internal override void Release()
    {
        exp_avg?.Dispose();
        exp_avg_sq?.Dispose();
        max_exp_avg_sq?.Dispose();
    }
}
