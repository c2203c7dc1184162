using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server;

/// <summary>Answers gRPC requests for what is not there with UNIMPLEMENTED, and leaves all other requests alone.</summary>
internal sealed class UnimplementedRoutes : IRouteConstraint
{
    private readonly HashSet<string> _mapped = [];

    public void MapUnknownServices(IEndpointRouteBuilder endpoints)
        => Map(endpoints, "{unimplementedService}/{unimplementedMethod}", "unimplementedService", "Service is unimplemented.");

    public void MapUnknownMethods(IEndpointRouteBuilder endpoints, string service)
        => Map(endpoints, service + "/{unimplementedMethod}", "unimplementedMethod", "Method is unimplemented.");

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
        => httpContext is not null && HeaderText.IsGrpc(httpContext.Request.ContentType);

    private void Map(IEndpointRouteBuilder endpoints, string pattern, string constrained, string text)
    {
        if (!_mapped.Add(pattern))
        {
            return;
        }

        var policies = new RouteValueDictionary { [constrained] = this };
        endpoints.Map(RoutePatternFactory.Parse(pattern, defaults: null, parameterPolicies: policies), http =>
        {
            RequestCheck.Answer(http.Response, StatusCodes.Status200OK, new Status(StatusCode.Unimplemented, text));
            return Task.CompletedTask;
        }).WithDisplayName("gRPC - " + text);
    }
}
