using System.Net;
using System.Net.Http;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Makes the HTTP request of a call.</summary>
internal static class RequestFactory
{
    private static readonly string _userAgent = "grpc-dotnet/2.85.0 (.NET " + Environment.Version + ")";

    public static async Task<HttpRequestMessage> CreateAsync(GrpcChannel channel, IMethod method, CallOptions options, HttpContent content, CancellationToken cancellationToken)
    {
        // Only the authority of a channel's address counts.
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.Address, method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", _userAgent);
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation(HeaderText.AcceptEncoding, HeaderText.AcceptedEncodings);
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            headers.TryAddWithoutValidation(HeaderText.Timeout, TimeoutText.Format(deadline - DateTime.UtcNow));
        }

        Add(request, options.Headers ?? Metadata.Empty);
        if (channel.IsSecure || channel.Options.UnsafeUseInsecureChannelCallCredentials)
        {
            Add(request, await CredentialsAsync(channel, method, options, cancellationToken).ConfigureAwait(false));
        }

        return request;
    }

    private static async Task<Metadata> CredentialsAsync(GrpcChannel channel, IMethod method, CallOptions options, CancellationToken cancellationToken)
    {
        var metadata = new Metadata();
        var context = new AuthInterceptorContext($"{channel.Address.Scheme}://{channel.Address.Authority}/{method.ServiceName}", method.Name, cancellationToken);
        foreach (var credentials in new[] { channel.Options.Credentials?.Call, options.Credentials })
        {
            if (credentials is not null)
            {
                await credentials.ApplyAsync(context, metadata).ConfigureAwait(false);
            }
        }

        return metadata;
    }

    private static void Add(HttpRequestMessage request, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            var value = HeaderText.Format(entry);
            if (!request.Headers.TryAddWithoutValidation(entry.Key, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(entry.Key, value);
            }
        }
    }
}
