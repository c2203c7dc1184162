namespace Grpc.Core;

/// <summary>Adds headers that prove who calls.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>Which call headers are asked for.</summary>
public class AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
{
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, default)
    {
    }

    public string ServiceUrl { get; } = serviceUrl;

    public string MethodName { get; } = methodName;

    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>Credentials of single calls, sent as headers.</summary>
public abstract class CallCredentials
{
    public static CallCredentials Compose(params CallCredentials[] credentials) => new Composite([.. credentials]);

    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new Interceptor(interceptor);
    }

    internal abstract Task ApplyAsync(AuthInterceptorContext context, Metadata metadata);

    private sealed class Interceptor(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        internal override Task ApplyAsync(AuthInterceptorContext context, Metadata metadata) => interceptor(context, metadata);
    }

    private sealed class Composite(CallCredentials[] parts) : CallCredentials
    {
        internal override async Task ApplyAsync(AuthInterceptorContext context, Metadata metadata)
        {
            foreach (var part in parts)
            {
                await part.ApplyAsync(context, metadata).ConfigureAwait(false);
            }
        }
    }
}
