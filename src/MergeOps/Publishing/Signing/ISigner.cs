namespace MergeOps.Publishing.Signing;

/// <summary>Who signs a version, wherever the private key is.</summary>
internal interface ISigner : IDisposable
{
    /// <summary>By which a bundle names the public key; see <see cref="EllipticKey.Hint"/>.</summary>
    string Hint { get; }

    /// <summary>The signature of bytes, as DER.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">Whoever holds the key does not sign, or not with that key.</exception>
    byte[] Sign(byte[] bytes);
}
