using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Canonical decomposition and composition.</summary>
[Component("NFC")]
internal sealed class Nfc() : UnicodeForm(byCompatibility: false, composes: true)
{
    public Nfc(ComponentSettings _)
        : this()
    {
    }
}
