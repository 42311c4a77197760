# # Evidence that is current: supporting, issued, not lapsed, seen by four eyes, not superseded
# **Reading:** COVERAGE R6. What depends on the item alone is found once per item.
PREFIX cov: <https://w3id.org/normgraph/benchmark/coverage#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ng: <https://w3id.org/normgraph/ns#>
INSERT { ?evidence cov:currentSince ?issued }
WHERE {
  ?question cov:asOf ?day .
  ?evidence ng:outcome ng:Supports ; dcterms:issued ?issued ; ng:validUntil ?until ; ng:approvedBy ?approver .
  FILTER(?issued <= ?day && ?until >= ?day)
  MINUS { ?evidence ng:approvedBy ?both ; ng:collectedBy ?both }
  MINUS {
    ?newer ng:supersedes ?evidence ; dcterms:issued ?then ; ng:approvedBy ?other .
    ?question cov:asOf ?today .
    FILTER(?then <= ?today)
    MINUS { ?newer ng:approvedBy ?own ; ng:collectedBy ?own }
  }
} ;
INSERT { ?evidence cov:about ?organisation }
WHERE {
  ?question cov:organisation ?organisation .
  { ?evidence ng:inRespectOf ?organisation }
  UNION
  { ?evidence a ng:Evidence MINUS { ?evidence ng:inRespectOf ?something } }
}
