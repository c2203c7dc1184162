namespace Grpc.Core;

/// <summary>Part of the shape of <see cref="ServerCallContext"/>; calls made while serving pass their deadline and token themselves.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}

/// <summary>Part of the shape of <see cref="ServerCallContext"/>.</summary>
public class ContextPropagationOptions
{
    public static readonly ContextPropagationOptions Default = new();
}
