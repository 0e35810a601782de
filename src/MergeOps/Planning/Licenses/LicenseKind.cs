namespace MergeOps.Planning.Licenses;

/// <summary>What a license asks of a model that is made from its model.</summary>
internal enum LicenseKind
{
    /// <summary>Nothing that another license could not also grant: attribution at most.</summary>
    Permissive,

    /// <summary>That its restrictions of use go on to whoever gets the result.</summary>
    UseRestricted,

    /// <summary>That its own text goes with the result, as the makers of model families ask.</summary>
    Family,

    /// <summary>That the result has the same license and no further restriction.</summary>
    ShareAlike,

    /// <summary>That nobody earns with the result.</summary>
    NonCommercial,

    /// <summary>The same license, and that nobody earns with the result.</summary>
    NonCommercialShareAlike,

    /// <summary>That no changed work is given to others at all, and a merge is one.</summary>
    NoDerivatives,
}
