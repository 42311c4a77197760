# # Implementations that are evidenced in a scope: every template met, no major finding open
# **Reading:** COVERAGE R6. A template for each asset is checked, for the organisation, in each scope of the
# implementation. The checks that are met are counted and compared with those that are asked, so that nothing is
# negated item by item. A control whose templates all demand nothing, and say why, is evidenced as it is.
PREFIX cov: <https://w3id.org/normgraph/benchmark/coverage#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ng: <https://w3id.org/normgraph/ns#>
INSERT { ?implementation cov:evidencedIn ?scope . ?control cov:evidencedIn ?scope }
WHERE {
  {
    SELECT ?implementation ?control ?scope (COUNT(*) AS ?met) WHERE {
      {
        SELECT ?implementation ?control ?scope ?template ?each (COUNT(DISTINCT ?evidence) AS ?items) WHERE {
          {
            ?implementation ng:implementsControl ?control ; cov:activeIn ?scope .
            ?template cov:forControl ?control ; cov:takes ?kind ; cov:perAsset false .
            ?question cov:organisation ?organisation .
            ?evidence ng:evidences ?implementation ; ng:evidenceType ?kind ; cov:currentSince ?issued .
            { ?evidence ng:inRespectOf ?scope } UNION { ?evidence cov:about ?organisation }
            BIND(?scope AS ?each)
          } UNION {
            ?implementation ng:implementsControl ?control ; cov:activeIn ?scope .
            ?template cov:forControl ?control ; cov:takes ?kind ; cov:perAsset true .
            ?question cov:organisation ?organisation .
            FILTER(?scope != ?organisation)
            ?evidence ng:evidences ?implementation ; ng:evidenceType ?kind ; cov:currentSince ?issued ;
              ng:inRespectOf ?scope .
            BIND(?scope AS ?each)
          } UNION {
            ?question cov:organisation ?scope .
            ?implementation ng:implementsControl ?control ; cov:activeIn ?scope .
            ?template cov:forControl ?control ; cov:takes ?kind ; cov:perAsset true .
            ?implementation ng:hasScope ?each .
            ?evidence ng:evidences ?implementation ; ng:evidenceType ?kind ; cov:currentSince ?issued .
            { ?evidence ng:inRespectOf ?each } UNION { ?evidence cov:about ?each }
          }
          OPTIONAL { ?template cov:issuedSince ?since }
          FILTER(!BOUND(?since) || ?issued >= ?since)
        } GROUP BY ?implementation ?control ?scope ?template ?each
      }
      ?template cov:needed ?needed .
      FILTER(?items >= ?needed)
    } GROUP BY ?implementation ?control ?scope
  }
  {
    SELECT ?implementation ?scope (COUNT(*) AS ?asked) WHERE {
      {
        ?template cov:perAsset false ; cov:forControl ?of .
        ?implementation ng:implementsControl ?of ; cov:activeIn ?scope .
      } UNION {
        ?question cov:organisation ?organisation .
        ?template cov:perAsset true ; cov:forControl ?of .
        ?implementation ng:implementsControl ?of ; cov:activeIn ?scope .
        FILTER(?scope != ?organisation)
      } UNION {
        ?question cov:organisation ?scope .
        ?template cov:perAsset true ; cov:forControl ?of .
        ?implementation ng:implementsControl ?of ; cov:activeIn ?scope ; ng:hasScope ?each .
      }
    } GROUP BY ?implementation ?scope
  }
  FILTER(?met = ?asked)
  MINUS { ?implementation cov:hasOpenFinding true }
} ;
INSERT { ?implementation cov:evidencedIn ?scope . ?control cov:evidencedIn ?scope }
WHERE {
  ?template cov:demandsNothingOf ?control .
  MINUS { ?other cov:forControl ?control }
  ?implementation ng:implementsControl ?control ; cov:activeIn ?scope .
  MINUS { ?implementation cov:hasOpenFinding true }
}
