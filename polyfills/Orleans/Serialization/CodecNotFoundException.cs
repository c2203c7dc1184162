namespace Orleans.Serialization;

public class SerializerException : Exception
{
    internal SerializerException(string message)
        : base(message)
    {
    }
}

/// <summary>A value of a type that nobody said how to copy: mark the type with [GenerateSerializer] and its members with [Id].</summary>
public sealed class CodecNotFoundException : SerializerException
{
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}
