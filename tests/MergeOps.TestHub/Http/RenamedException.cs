namespace MergeOps.TestHub.Http;

/// <summary>The repository of the request has another name now.</summary>
internal sealed class RenamedException(string newName) : Exception(newName)
{
    /// <summary>The present name.</summary>
    public string NewName => Message;
}
