namespace FrostingSources;

/// <summary>A build's own context.</summary>
public interface IBuildContext : Cake.Frosting.IFrostingContext;
