namespace KdCluster.SoftTargets;

/// <summary>The first 128 bits of the SHA-256 of a model-ready input; the same input has the same fingerprint in every data set and row.</summary>
/// <param name="Value">The bits; the digest's first byte is the most significant.</param>
public readonly record struct InstanceFingerprint(UInt128 Value)
{
    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32");
}
