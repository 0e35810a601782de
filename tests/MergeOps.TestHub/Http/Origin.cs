namespace MergeOps.TestHub.Http;

/// <summary>Which of the server's hosts a request came to.</summary>
internal enum Origin
{
    /// <summary>The Hub itself.</summary>
    Hub,

    /// <summary>Where content lies behind signed URLs; refuses tokens.</summary>
    Cdn,

    /// <summary>A host that has nothing to do with the Hub: a redirect's bait, and the issuer of OIDC tokens.</summary>
    Foreign,
}
