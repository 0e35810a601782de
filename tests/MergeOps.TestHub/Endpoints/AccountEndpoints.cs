using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>Who a token is, and what it opens.</summary>
internal static class AccountEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("GET", "/api/whoami-v2", WhoAsync);
        routes.Map("GET", "/api/models/{id}/auth-check", call =>
        {
            call.RepositoryWithFiles();
            return call.WriteJsonAsync(new JsonObject());
        });
        routes.Map("GET", "/api/models/{id}/auth-check/write", call =>
        {
            call.WritableRepository();
            return call.WriteJsonAsync(new JsonObject());
        });
    }

    private static Task WhoAsync(HubCall call)
    {
        var token = call.RequiredToken();
        return call.WriteJsonAsync(new JsonObject
        {
            ["type"] = "user",
            ["id"] = "5f0c746619cb630495b814fd",
            ["name"] = token.User,
            ["fullname"] = token.User,
            ["email"] = null,
            ["canPay"] = false,
            ["isPro"] = false,
            ["orgs"] = new JsonArray([.. (token.Namespaces ?? []).Where(name => name != token.User).Select(name => new JsonObject { ["type"] = "org", ["name"] = name, ["fullname"] = name })]),
            ["auth"] = new JsonObject
            {
                ["type"] = "access_token",
                ["accessToken"] = new JsonObject { ["displayName"] = "test", ["role"] = token.CanWrite ? "write" : "read" },
            },
        });
    }
}
