using KdCluster;

namespace KdCluster.Examples;

/// <summary>Coded errors as problem details: what the caller did wrong, what is not there, or that no silo answers.</summary>
internal static class Problems
{
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (KdException e)
        {
            int status = e.Code switch
            {
                "KD1501" => StatusCodes.Status404NotFound,
                "KD1502" => StatusCodes.Status409Conflict,
                "KD1601" or "KD1306" or "KD1401" => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            };
            return Results.Problem(statusCode: status, detail: e.Message, extensions: new Dictionary<string, object?>
            {
                ["errors"] = e.Errors.Select(error => new { error.Code, error.What, error.Where, error.Remedy }),
            });
        }
    }
}
