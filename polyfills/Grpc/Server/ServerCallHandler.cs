using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves the calls of one method, from the HTTP request to the trailers.</summary>
internal abstract class ServerCallHandler<TService, TRequest, TResponse>(Method<TRequest, TResponse> method, ServerSettings settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private bool RequestStreams => method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;

    public async Task HandleAsync(HttpContext http)
    {
        if (!RequestCheck.Passes(http))
        {
            return;
        }

        if (RequestStreams)
        {
            LiftBodyLimits(http.Features);
        }

        http.Response.ContentType = HeaderText.ContentType;
        var call = new HttpServerCallContext(http, settings);
        Exception? error = null;
        try
        {
            await using var scope = new CallScope<TService>(http.RequestServices, settings.Options.Interceptors);
            await ServeAsync(call, scope);
        }
        catch (Exception exception)
        {
            error = exception;
        }

        await call.EndAsync(error);
    }

    protected abstract Task ServeAsync(HttpServerCallContext call, CallScope<TService> scope);

    protected RequestReader<TRequest> Reader(HttpServerCallContext call) => new(call, method.RequestMarshaller, settings.Options.MaxReceiveMessageSize);

    protected ResponseWriter<TResponse> Writer(HttpServerCallContext call) => new(call, method.ResponseMarshaller, settings.Options.MaxSendMessageSize);

    protected Task WriteSingleAsync(HttpServerCallContext call, TResponse? response) => response is null
        ? throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."))
        : Writer(call).WriteLastAsync(response);

    /// <summary>A request stream may be long and may pause: neither its size nor its rate says anything is wrong.</summary>
    private static void LiftBodyLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }
}
