namespace TorchSharp.Modules;

/// <summary>Options of <see cref="Adam"/> and <see cref="AdamW"/>; one that is null takes the optimizer's default.</summary>
public abstract class AdamOptions : OptimizerOptions
{
    public double? beta1;
    public double? beta2;
    public double? weight_decay;
    public double? eps;
    public bool? amsgrad;
    public bool? maximize;

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        writer.Write(beta1!.Value);
        writer.Write(beta2!.Value);
        writer.Write(eps!.Value);
        writer.Write(weight_decay!.Value);
        writer.Write(amsgrad!.Value);
        writer.Write(maximize!.Value);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        beta1 = reader.ReadDouble();
        beta2 = reader.ReadDouble();
        eps = reader.ReadDouble();
        weight_decay = reader.ReadDouble();
        amsgrad = reader.ReadBoolean();
        maximize = reader.ReadBoolean();
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        Take((AdamOptions)source);
    }

    internal void Take(AdamOptions from)
    {
        beta1 = from.beta1;
        beta2 = from.beta2;
        eps = from.eps;
        weight_decay = from.weight_decay;
        amsgrad = from.amsgrad;
        maximize = from.maximize;
    }

    internal void Default(AdamOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        beta1 ??= defaults.beta1;
        beta2 ??= defaults.beta2;
        eps ??= defaults.eps;
        weight_decay ??= defaults.weight_decay;
        amsgrad ??= defaults.amsgrad;
        maximize ??= defaults.maximize;
    }
}
