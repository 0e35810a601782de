using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>The Hub's endpoints by family; a path's longer forms come before its shorter ones.</summary>
internal static class HubEndpoints
{
    /// <summary>All of them.</summary>
    public static Routes All()
    {
        var routes = new Routes();
        ResolveEndpoints.Map(routes);
        TreeEndpoints.Map(routes);
        PathsInfoEndpoints.Map(routes);
        RefEndpoints.Map(routes);
        CommitListEndpoints.Map(routes);
        RawEndpoints.Map(routes);
        RepositoryEndpoints.Map(routes);
        PreuploadEndpoints.Map(routes);
        LfsBatchEndpoints.Map(routes);
        LfsUploadEndpoints.Map(routes);
        CommitEndpoints.Map(routes);
        BranchAndTagEndpoints.Map(routes);
        DiscussionEndpoints.Map(routes);
        AccountEndpoints.Map(routes);
        TokenExchangeEndpoints.Map(routes);
        ValidateYamlEndpoints.Map(routes);
        RepositoryInfoEndpoints.Map(routes);
        return routes;
    }
}
