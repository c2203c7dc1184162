namespace TorchSharp.Modules;

/// <summary>What an optimizer keeps for one parameter.</summary>
public abstract class OptimizerState
{
    private protected OptimizerState(Parameter parameter)
    {
        Parameter = parameter;
    }

    private protected Parameter Parameter { get; }

    public abstract void Initialize(OptimizerOptions options);

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual void to(torch.Device device)
    {
    }

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    internal abstract void Release();

    /// <summary>A copy beside the parameter that belongs to no scope.</summary>
    private protected torch.Tensor Copy(torch.Tensor source) => source.to(Parameter.device, copy: true).DetachFromDisposeScope();

    private protected static void SaveOptional(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    private protected torch.Tensor? LoadOptional(BinaryReader reader, torch.Tensor? current)
    {
        if (!reader.ReadBoolean())
        {
            current?.Dispose();
            return null;
        }

        current ??= torch.zeros_like(Parameter).DetachFromDisposeScope();
        current.Load(reader);
        return current;
    }
}
