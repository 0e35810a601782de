using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>POST /api/validate-yaml</c>: whether a README would be accepted.</summary>
internal static class ValidateYamlEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("POST", "/api/validate-yaml", ValidateAsync);

    private static async Task ValidateAsync(HubCall call)
    {
        var content = (string?)(await call.ReadJsonAsync())["content"] ?? throw HubError.BadRequest("\"content\" is required");
        var errors = CardErrors.Of(content);
        await call.WriteJsonAsync(new JsonObject { ["errors"] = Messages(errors), ["warnings"] = Messages(CardErrors.Warnings(content)) }, errors.Count == 0 ? 200 : 400);
    }

    private static JsonArray Messages(IEnumerable<string> messages) => new([.. messages.Select(message => new JsonObject { ["message"] = message })]);
}
